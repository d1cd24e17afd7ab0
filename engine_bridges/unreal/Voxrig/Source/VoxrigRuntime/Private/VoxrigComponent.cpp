#include "VoxrigComponent.h"

#include "Components/SkeletalMeshComponent.h"
#include "GameFramework/Actor.h"
#include "HAL/PlatformTime.h"

#include "VoxrigConnection.h"
#include "VoxrigLiveLinkSource.h"
#include "VoxrigPerformer.h"
#include "VoxrigSettings.h"

namespace
{
	/** Seconds between two places sent while something moves: gaze and head are smoothed by the server. */
	constexpr double TrackInterval = 1.0 / 30.0;
	constexpr double PlaceInterval = 0.1;
}

UVoxrigComponent::UVoxrigComponent()
{
	PrimaryComponentTick.bCanEverTick = true;
	PrimaryComponentTick.TickGroup = TG_PrePhysics;
}

void UVoxrigComponent::BeginPlay()
{
	Super::BeginPlay();
	// Faces are animated after this has ticked, else they would show the picture before.
	TArray<USkeletalMeshComponent*> Meshes;
	GetOwner()->GetComponents(Meshes);
	for (USkeletalMeshComponent* Mesh : Meshes)
	{
		Mesh->AddTickPrerequisiteComponent(this);
	}
	if (bOpenAtBeginPlay && GetDefault<UVoxrigSettings>()->bOpenAtBeginPlay)
	{
		OpenSession();
	}
}

void UVoxrigComponent::EndPlay(const EEndPlayReason::Type EndPlayReason)
{
	CloseSession();
	Super::EndPlay(EndPlayReason);
}

void UVoxrigComponent::OpenSession()
{
	CloseSession();
	const UVoxrigSettings* Settings = GetDefault<UVoxrigSettings>();
	Performer = MakeShared<FVoxrigPerformer, ESPMode::ThreadSafe>(*this, FVoxrigConnection::Get(Settings->Host, Settings->Port));
	StartVoice();
	Performer->Join();
}

void UVoxrigComponent::CloseSession()
{
	StopVoice();
	if (Performer.IsValid())
	{
		Performer->Leave();
		Performer.Reset();
	}
	Curves.Reset();
	CurveNames.Reset();
	BodyBones.Reset();
	BodyTurns.Reset();
	Target.Reset();
	bPlaced = false;
	if (bStaticDataPublished)
	{
		FVoxrigLiveLinkSource::RemoveSubject(GetSubject());
		bStaticDataPublished = false;
	}
}

bool UVoxrigComponent::IsSessionOpen() const
{
	return Performer.IsValid() && Performer->GetCharacter().is_open();
}

void UVoxrigComponent::TickComponent(float DeltaTime, ELevelTick TickType, FActorComponentTickFunction* ThisTickFunction)
{
	Super::TickComponent(DeltaTime, TickType, ThisTickFunction);
	const TSharedPtr<FVoxrigPerformer, ESPMode::ThreadSafe> Kept = Performer; // who is told may close the session
	if (!Kept.IsValid())
	{
		return;
	}
	if (VoiceWave == nullptr)
	{
		PlaySilently(DeltaTime);
	}
	Kept->Update();
	if (Performer == Kept && IsSessionOpen())
	{
		TrackPlace();
		TrackTarget();
	}
	if (Performer == Kept)
	{
		TakeFace();
		Publish();
	}
}

void UVoxrigComponent::TrackTarget()
{
	const double Now = FPlatformTime::Seconds();
	const AActor* Actor = Target.Get();
	if (Actor == nullptr || Now < NextTrackTime)
	{
		return;
	}
	NextTrackTime = Now + TrackInterval;
	FVector Location = Actor->GetActorLocation();
	if (!TargetSocket.IsNone())
	{
		TArray<USceneComponent*> Parts;
		Actor->GetComponents(Parts);
		for (const USceneComponent* Part : Parts)
		{
			if (Part->DoesSocketExist(TargetSocket))
			{
				Location = Part->GetSocketLocation(TargetSocket);
				break;
			}
		}
	}
	Performer->GetCharacter().cue(voxrig::plugin::gaze_cue(Voxrig::FromVector(Location), TargetHeadShare, 0.0));
}

void UVoxrigComponent::TrackPlace()
{
	const double Now = FPlatformTime::Seconds();
	if (bAutoPlace && Now >= NextPlaceTime)
	{
		NextPlaceTime = Now + PlaceInterval;
		const AActor* Owner = GetOwner();
		const bool bMoved = !Owner->GetActorLocation().Equals(PlacedAt, 1.0) || !Owner->GetActorRotation().Equals(PlacedRotation, 1.0);
		if (!bPlaced || bMoved)
		{
			SetPlaceFromOwner();
		}
	}
}

void UVoxrigComponent::MakeCurves()
{
	Curves.Reset();
	CurveNames.Reset();
	for (const std::string& Name : Performer->GetCharacter().face().names())
	{
		CurveNames.Add(Voxrig::ToName(Name));
		Curves.Add(CurveNames.Last(), 0.0f);
	}
	BodyBones.Reset();
	BodyTurns.Reset();
	for (const std::string& Name : Performer->GetCharacter().body().names())
	{
		BodyBones.Add(Voxrig::ToName(Name));
	}
	bPlaced = false; // the session is a new one
	if (bStaticDataPublished)
	{
		FVoxrigLiveLinkSource::RemoveSubject(GetSubject());
		bStaticDataPublished = false;
	}
}

void UVoxrigComponent::TakeFace()
{
	const std::vector<float>& Values = Performer->GetCharacter().face().values();
	for (int32 Index = 0; Index < CurveNames.Num(); ++Index)
	{
		Curves.FindChecked(CurveNames[Index]) = Values[static_cast<std::size_t>(Index)];
	}
	const voxrig::plugin::BodyTurns& Turns = Performer->GetCharacter().body();
	if (Turns.has_frames())
	{
		BodyTurns.SetNumUninitialized(static_cast<int32>(Turns.values().size()));
		FMemory::Memcpy(BodyTurns.GetData(), Turns.values().data(), Turns.values().size() * sizeof(float));
	}
}

void UVoxrigComponent::Publish()
{
	if (!bPublishToLiveLink || CurveNames.IsEmpty())
	{
		return;
	}
	if (GetDefault<UVoxrigSettings>()->bMakeLiveLinkSource)
	{
		FVoxrigLiveLinkSource::EnsureThereIsOne();
	}
	bStaticDataPublished = true;
	FVoxrigLiveLinkSource::PublishCurves(GetSubject(), CurveNames, Performer->GetCharacter().face().values());
	if (bPublishBones)
	{
		FQuat Turns[3];
		GetMeshTurns(Turns[0], Turns[1], Turns[2]);
		FVoxrigLiveLinkSource::PublishBones(GetSubject(), Turns);
	}
}

FName UVoxrigComponent::GetSubject() const
{
	return SubjectName.IsNone() ? FName(*GetOwner()->GetName()) : SubjectName;
}

float UVoxrigComponent::GetCurve(FName Name) const
{
	const float* Value = Curves.Find(Name);
	return Value != nullptr ? *Value : 0.0f;
}

FRotator UVoxrigComponent::GetHeadRotation() const
{
	using voxrig::plugin::FacePose;
	return Performer.IsValid() ? Voxrig::ToRotator(Performer->GetCharacter().face().rotator(FacePose::head)) : FRotator::ZeroRotator;
}

FRotator UVoxrigComponent::GetEyeRotation(bool bLeft) const
{
	using voxrig::plugin::FacePose;
	const FacePose::Bone Eye = bLeft ? FacePose::left_eye : FacePose::right_eye;
	return Performer.IsValid() ? Voxrig::ToRotator(Performer->GetCharacter().face().rotator(Eye)) : FRotator::ZeroRotator;
}

FRotator UVoxrigComponent::GetBodyTurn(FName Bone) const
{
	const int32 Index = BodyBones.Find(Bone);
	const bool bIsThere = Index != INDEX_NONE && 4 * Index < BodyTurns.Num();
	return bIsThere ? Voxrig::ToQuat(voxrig::unreal::mesh_turn(BodyTurns.GetData() + 4 * Index)).Rotator() : FRotator::ZeroRotator;
}

void UVoxrigComponent::GetMeshTurns(FQuat& OutHead, FQuat& OutLeftEye, FQuat& OutRightEye) const
{
	using voxrig::plugin::FacePose;
	OutHead = OutLeftEye = OutRightEye = FQuat::Identity;
	if (Performer.IsValid())
	{
		const FacePose& Face = Performer->GetCharacter().face();
		OutHead = Voxrig::ToQuat(Face.mesh_turn(FacePose::head));
		OutLeftEye = Voxrig::ToQuat(Face.mesh_turn(FacePose::left_eye));
		OutRightEye = Voxrig::ToQuat(Face.mesh_turn(FacePose::right_eye));
	}
}

FVoxrigStatistics UVoxrigComponent::GetStatistics() const
{
	return Performer.IsValid() ? Performer->GetStatistics() : FVoxrigStatistics();
}
