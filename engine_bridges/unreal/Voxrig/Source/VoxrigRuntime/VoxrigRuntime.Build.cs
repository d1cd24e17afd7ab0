using System.IO;
using UnrealBuildTool;

public class VoxrigRuntime : ModuleRules
{
	public VoxrigRuntime(ReadOnlyTargetRules Target) : base(Target)
	{
		PCHUsage = PCHUsageMode.UseExplicitOrSharedPCHs;
		CppStandard = CppStandardVersion.Cpp20;
		bEnableExceptions = false;
		bUseRTTI = false;
		bUseUnity = false; // the native core's socket.cpp brings the system's headers: alone
		// Contracted or reordered sums would make playout decide otherwise than on the other engines.
		FPSemantics = FPSemanticsMode.Precise;

		PublicDependencyModuleNames.AddRange(new string[]
		{
			"Core",
			"CoreUObject",
			"DeveloperSettings",
			"Engine",
			"LiveLinkInterface",
		});
		PrivateDependencyModuleNames.AddRange(new string[]
		{
			"AudioMixer",
			"AudioExtensions",
			"SlateCore",
		});

		// The engine-free part, and the native core: in the plugin where package.py has put it, else in the repository.
		string Native = Path.Combine(PluginDirectory, "Source", "ThirdParty", "VoxrigNative");
		if (!Directory.Exists(Native))
		{
			Native = Path.GetFullPath(Path.Combine(PluginDirectory, "..", "..", "native"));
		}
		if (!File.Exists(Path.Combine(Native, "include", "voxrig", "voxrig.h")))
		{
			throw new BuildException("Voxrig: the native core is neither in Source/ThirdParty/VoxrigNative nor in "
				+ Native + ". Take the plugin from a release, or run package.py beside it.");
		}
		PrivateIncludePaths.Add(Path.Combine(ModuleDirectory, "Private", "Core"));
		PublicIncludePaths.Add(Path.Combine(Native, "include"));
		PrivateIncludePaths.Add(Path.Combine(Native, "src"));

		if (Target.Platform == UnrealTargetPlatform.Win64)
		{
			PublicSystemLibraries.Add("ws2_32.lib");
		}
	}
}
